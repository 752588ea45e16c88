import { vi } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { MessageKey } from '../../src/message/key.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { element } from '../../src/protocol/xml.ts';
import { messageLine } from './feed-lines.ts';
import { COMPONENT, Scene, type SceneOptions, SERVER } from './scene.ts';

/**
 * The whole daemon, for tests of what its operator sees: only the link is made up, and time passes
 * as it does. It is online, and its server has the module.
 */
export class DaemonAtWork {
  readonly scene: Scene;

  constructor(options: SceneOptions = {}) {
    this.scene = new Scene(options);
    this.scene.daemon.start();
    this.scene.link.connect();
  }

  get operator() {
    return this.scene.daemon.operator;
  }

  /** The module, which we have met, reports what happened to a message. */
  async report(key: MessageKey, ...facts: readonly Fact[]): Promise<void> {
    await vi.waitUntil(() => this.operator.isReady());
    const lines = messageLine(key, facts);
    const batch = element('facts', { xmlns: NS.feed, waiting: '0' }, lines);
    const iq = element('iq', { type: 'set', id: key.id, from: SERVER, to: COMPONENT }, batch);
    await this.scene.link.receive(iq);
  }

  stop(): Promise<void> {
    return this.scene.daemon.stop();
  }
}
