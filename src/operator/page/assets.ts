import { readFileSync } from 'node:fs';
import type { OpenAPIHono } from '../http/hono.ts';

const TYPES = {
  'page.css': 'text/css; charset=utf-8',
  'live.mjs': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** The page's own files; a build lays them beside this one. */
export function addAssets(api: OpenAPIHono): void {
  for (const [name, type] of Object.entries(TYPES)) {
    const body = readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');
    const headers = { 'content-type': type, 'cache-control': 'no-cache' };
    api.get(`/assets/${name}`, (context) => context.body(body, 200, headers));
  }
}
