#!/usr/bin/env node
import { endWhenNobodyReads } from './operator/cli/closed-output.ts';
import { commandLine } from './operator/cli/command-line.ts';

const words = process.argv.slice(2);
endWhenNobodyReads(process.stdout, words);
process.exitCode = await commandLine(words, process.env);
