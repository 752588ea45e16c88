/** The only import of commander. */
export { Command, CommanderError } from '@commander-js/extra-typings';
