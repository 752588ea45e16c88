/** Whose word it is: that of a node of a domain's server. A server without nodes has one, named ''. */
export interface Source {
  readonly domain: string;
  readonly node: string;
}
