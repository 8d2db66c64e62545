import type { ServerDuplexStream } from '@grpc/grpc-js';

/** Both directions of a stream call as a handler sees them. */
export interface MessageStream<Req, Res> {
  /**
   * Ends when the caller has said all, has gone, or the server stops. Leaving the loop early does not cut the call,
   * as iterating the raw stream would. Not asking for the next message is back-pressure on the sender.
   */
  messages: AsyncIterable<Req>;
  /** Resolves when the caller's flow control has room for more; at once if the caller has gone. */
  send(answer: Res): Promise<void>;
}

export function messageStream<Req, Res>(
  call: ServerDuplexStream<Req, Res>,
  draining: AbortSignal,
): MessageStream<Req, Res> {
  // A caller that resets the connection makes the stream fail; whoever waits is told by 'close'.
  call.on('error', () => {});
  // Everybody who waits for room waits for the same event: a listener each would be hundreds on a busy stream.
  let room: Promise<void> | undefined;
  return {
    messages: { [Symbol.asyncIterator]: () => read(call, draining) },
    async send(answer) {
      if (call.destroyed || call.write(answer)) return;
      room ??= untilRoom(call).finally(() => {
        room = undefined;
      });
      await room;
    },
  };
}

function untilRoom(call: ServerDuplexStream<unknown, unknown>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off('drain', done);
      call.off('close', done);
      resolve();
    };
    call.on('drain', done);
    call.on('close', done);
  });
}

async function* read<Req>(call: ServerDuplexStream<Req, unknown>, draining: AbortSignal): AsyncGenerator<Req> {
  let wake = () => {};
  const onEvent = () => wake();
  const events = ['readable', 'end', 'close', 'error'] as const;
  for (const event of events) call.on(event, onEvent);
  draining.addEventListener('abort', onEvent);
  try {
    while (!draining.aborted && !call.destroyed && !call.readableEnded) {
      const message = call.read() as Req | null;
      if (message !== null) yield message;
      else if (!call.readableEnded)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    for (const event of events) call.off(event, onEvent);
    draining.removeEventListener('abort', onEvent);
  }
}
