import type { Server } from './server.ts';

/**
 * The bytes that a server's program holds and cannot give back. Unlike the memory of its process this has no noise: the
 * garbage goes first, and what the allocator keeps in reserve does not count.
 */
export async function liveMemory(server: Server): Promise<number> {
  return Number(
    await server.runInside({
      lua: 'collectgarbage(); collectgarbage(); return collectgarbage("count") * 1024',
      erlang: '[garbage_collect(Process) || Process <- processes()], erlang:memory(total)',
    }),
  );
}
