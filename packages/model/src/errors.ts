/** Coded error: `message` is what the user reads, `detail` what the log keeps; neither holds transcript text. */
export class EarshotError extends Error {
  readonly code: string;
  /** Whether the same request can succeed later. */
  readonly retry: boolean;
  readonly detail: Record<string, unknown>;

  constructor(
    code: string,
    message: string,
    options: { retry?: boolean; detail?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'EarshotError';
    this.code = code;
    this.retry = options.retry ?? false;
    this.detail = options.detail ?? {};
  }
}
