import type { ModuleHello } from '../protocol/hello.ts';

/** Where each server keeps what comes for an absent user, as its module said last. */
export class HostStores {
  readonly #stores = new Map<string, readonly string[]>();

  meet(domain: string, { stores }: Pick<ModuleHello, 'stores'>): void {
    this.#stores.set(domain, stores);
  }

  /**
   * Does it keep what its archive does not keep? A server that has not said it may have an archive
   * only.
   */
  keepsForAbsent(domain: string): boolean {
    return this.#stores.get(domain)?.includes('offline') ?? false;
  }
}
