import { faultOf } from './kafka-faults.js';

/**
 * A client that is opened when it is first used, and anew after a failure that no broker explains: kafkajs does not
 * come back from every lost connection.
 */
export class Renewed<T> {
  private opened: Promise<T> | undefined;

  constructor(
    private readonly open: () => Promise<T>,
    private readonly shut: (client: T) => Promise<unknown>,
  ) {}

  async use<R>(work: (client: T) => Promise<R>): Promise<R> {
    this.opened ??= this.open();
    const { opened } = this;
    try {
      return await work(await opened);
    } catch (error) {
      if (faultOf(error) === undefined && this.opened === opened) {
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
