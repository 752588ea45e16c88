/** The only import of commander. */
export { Argument, Command, CommanderError } from '@commander-js/extra-typings';
