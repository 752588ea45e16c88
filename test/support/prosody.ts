import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configText, dataPath, logPath } from './prosody/config.ts';
import * as orders from './prosody/orders.ts';
import { configPath, spawnProsody } from './prosody/process.ts';
import type { BackEnd } from './server/back-end.ts';
import { clockOf } from './server/clock.ts';
import type { Json } from './server/control.ts';
import type { ServerOptions } from './server/options.ts';
import { newPlace, type Place, RealServer, started } from './server/real-server.ts';

export { type ProsodyPlace, runProsodyWhere } from './prosody/where.ts';

/** Starts a real Prosody of one's own: private loopback ports, a new temporary folder. */
export async function startProsody(options: ServerOptions): Promise<Prosody> {
  return started(new Prosody(await newPlace(options, BACK_END)));
}

export class Prosody extends RealServer {
  constructor(place: Place) {
    super(BACK_END, place);
  }

  /** Runs Lua inside the server; `...` in the code are the arguments, its `return` is the result. */
  runLua(code: string, ...args: readonly Json[]): Promise<unknown> {
    return this.run(code, ...args);
  }
}

const BACK_END: BackEnd = {
  kind: 'prosody',
  name: 'Prosody',
  orders,
  printsItsLog: false,
  dataPath,
  logPath,
  receiptsPath: (folder, host, name) =>
    join(dataPath(folder), host.replaceAll('.', '%2e'), 'receipts', name),
  spawn: async (launch) => {
    const asRoot = process.getuid?.() === 0;
    await writeFile(configPath(launch.folder), configText({ ...launch, asRoot }));
    return spawnProsody(launch.folder, clockOf(launch));
  },
  codeOf: ({ lua }) => lua,
};
