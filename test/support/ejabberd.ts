import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configText, dataPath, logPath } from './ejabberd/config.ts';
import * as orders from './ejabberd/orders.ts';
import { withPasted } from './ejabberd/pasted.ts';
import { configPath, spawnEjabberd } from './ejabberd/process.ts';
import type { BackEnd } from './server/back-end.ts';
import { clockOf } from './server/clock.ts';
import type { Json } from './server/control.ts';
import type { ServerOptions } from './server/options.ts';
import { newPlace, type Place, RealServer, started } from './server/real-server.ts';

/** Starts a real ejabberd of one's own: private loopback ports, a new temporary folder. */
export async function startEjabberd(options: ServerOptions): Promise<Ejabberd> {
  return started(new Ejabberd(await newPlace(options, BACK_END)));
}

export class Ejabberd extends RealServer {
  constructor(place: Place) {
    super(BACK_END, place);
  }

  /** Runs Erlang inside the server; `Args` are the arguments, the last value is the result. */
  runErlang(code: string, ...args: readonly Json[]): Promise<unknown> {
    return this.run(code, ...args);
  }
}

const BACK_END: BackEnd = {
  kind: 'ejabberd',
  name: 'ejabberd',
  orders,
  printsItsLog: true,
  dataPath,
  logPath,
  receiptsPath: (folder, host, name) => join(dataPath(folder), 'receipts', host, name),
  spawn: async ({ options, folder, ports, pasted }) => {
    const config = configText({ options, folder, ports });
    await writeFile(configPath(folder), withPasted(config, pasted));
    const { schedulers, node } = options.ejabberd ?? {};
    const { moduleFolder } = options;
    const environment = clockOf({ options, folder });
    const controlPort = ports.control;
    return spawnEjabberd({ folder, moduleFolder, controlPort, schedulers, node, environment });
  },
  codeOf: ({ erlang }) => erlang,
};
