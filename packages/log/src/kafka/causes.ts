/** An error and what is beneath it. */
export function* causesOf(error: unknown): Generator<Error> {
  let each = error;
  for (let depth = 0; each instanceof Error && depth < 8; depth += 1) {
    yield each;
    each = each.cause;
  }
}
