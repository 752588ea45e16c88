import type { ModuleHello } from '../protocol/hello.ts';

/** Which further orders each server's module takes, as it said last. */
export class HostOrders {
  readonly #orders = new Map<string, readonly string[]>();

  meet(domain: string, { orders }: Pick<ModuleHello, 'orders'>): void {
    this.#orders.set(domain, orders);
  }

  /** `undefined`: it has not said it yet. */
  takes(domain: string, order: string): boolean | undefined {
    return this.#orders.get(domain)?.includes(order);
  }
}
