import { parentPort, workerData } from 'node:worker_threads';
import { backUpStore } from './backup.ts';
import { StoreUnavailable } from './store.ts';

/** What a thread says at its end. An error would lose its class on the way. */
export interface BackupEnded {
  /** `undefined`: it is done. */
  readonly problem: string | undefined;
}

const { address, to } = workerData as { readonly address: string; readonly to: string };

async function end(): Promise<BackupEnded> {
  try {
    await backUpStore(address, to);
    return { problem: undefined };
  } catch (error) {
    if (error instanceof StoreUnavailable) return { problem: error.message };
    throw error;
  }
}

parentPort?.postMessage(await end());
