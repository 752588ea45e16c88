/** The only import of Hono and its companions: everything that the API takes from them. */
export { createAdaptorServer } from '@hono/node-server';
export { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
export type { Context, ErrorHandler, MiddlewareHandler } from 'hono';
export { bearerAuth } from 'hono/bearer-auth';
export { HTTPException } from 'hono/http-exception';
export { secureHeaders } from 'hono/secure-headers';
export { streamSSE } from 'hono/streaming';
