-- Limits. Each is one number or product on a line of its own, so that it can be read without Lua:
-- test/protocol/limits.test.ts holds the first seven to the daemon, to the module for ejabberd and to
-- docs/protocol.md.

return {
	-- Of the protocol
	MAX_ID_BYTES = 256;
	MAX_BATCH_ITEMS = 100;
	MAX_BATCH_BYTES = 60 * 1024;
	MAX_BATCHES = 8; -- on their way at one time
	MAX_ORDER_BYTES = 60 * 1024;
	MAX_ORDER_LINES = 100; -- to deliver
	MAX_WITHIN = 30 * 24 * 60 * 60; -- seconds

	-- Of this module
	MAX_ANSWERS = 16; -- of one message
	MAX_WORD_BYTES = 32; -- of a duration, and of a status, in <report/>
	MAX_LINES_PER_TICK = 500;
	MAX_LINE_BYTES = 7 * 1024; -- of facts, after which another line begins; in XML six times as long
	FULL_BATCH_BYTES = 44 * 1024; -- one more line always fits
	MAX_APPENDED_BYTES = 1024 * 1024; -- of changes to policies, beside twice the policies themselves
	MAX_LATELY = 2000; -- remembered: twice as many at most
	MAX_UNWRITTEN_ITEMS = 5000;
	MAX_UNACKED = 2000; -- of one stream
	MAX_PARTIES = 2000;
	MAX_HIDDEN = 1000; -- contacts of one session
	MAX_COMPLAINTS = 20;
}
