/** The only import of Hono and its companions: everything that the API takes from them. */
export { createAdaptorServer } from '@hono/node-server';
export { getConnInfo } from '@hono/node-server/conninfo';
export { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
export type { Context, ErrorHandler, MiddlewareHandler } from 'hono';
export { bearerAuth } from 'hono/bearer-auth';
export { bodyLimit } from 'hono/body-limit';
export { deleteCookie, getCookie, setCookie } from 'hono/cookie';
export { html } from 'hono/html';
export { HTTPException } from 'hono/http-exception';
export { secureHeaders } from 'hono/secure-headers';
export { stream, streamSSE } from 'hono/streaming';
export type { HtmlEscapedString } from 'hono/utils/html';
