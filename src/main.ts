#!/usr/bin/env node
import { endWhenNobodyReads } from './operator/cli/closed-output.ts';
import { commandLine } from './operator/cli/command-line.ts';

endWhenNobodyReads(process.stdout);
process.exitCode = await commandLine(process.argv.slice(2), process.env);
