/**
 * A client that is opened when it is first used, and anew after certain failures: kafkajs does not come back from
 * every lost connection.
 */
export class Renewed<T> {
  private opened: Promise<T> | undefined;

  constructor(
    private readonly open: () => Promise<T>,
    private readonly shut: (client: T) => Promise<unknown>,
    /** After this failure the client is no longer to be used. */
    private readonly isSpent: (error: unknown) => boolean,
  ) {}

  async use<R>(work: (client: T) => Promise<R>): Promise<R> {
    this.opened ??= this.open();
    const { opened } = this;
    try {
      return await work(await opened);
    } catch (error) {
      if (this.opened === opened && this.isSpent(error)) {
        this.opened = undefined;
        void this.letGo(opened);
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    if (opened) await this.letGo(opened);
  }

  private async letGo(opened: Promise<T>): Promise<void> {
    await opened.then((client) => this.shut(client)).catch(() => undefined);
  }
}
