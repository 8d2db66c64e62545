/** What hands over a secret where it is used, and nowhere else. */
export interface Secret {
  reveal(): string;
}
