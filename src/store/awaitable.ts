/** An embedded database answers at once; one over a network answers later. */
export type Awaitable<Result> = Result | Promise<Result>;

/** The verbs of a port as they are within a transaction. */
export type Within<Port> = {
  readonly [Verb in keyof Port]: Port[Verb] extends (
    ...values: infer Values
  ) => Promise<infer Result>
    ? (...values: Values) => Awaitable<Result>
    : never;
};
