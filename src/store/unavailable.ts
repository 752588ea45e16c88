/** Expected failure: the store cannot be opened or is busy. The message says what to do. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
