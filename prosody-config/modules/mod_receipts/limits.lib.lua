-- The limits that the protocol names (docs/protocol.md) and those of what is kept in memory.
--
-- test/protocol/limits.test.ts reads this file and holds the first four to the daemon and to the
-- module for ejabberd. One plain number or product a line, so that it can be read without Lua.

return {
	-- The same in the daemon and in the module for ejabberd.
	MAX_ID_BYTES = 256;
	MAX_BATCH_ITEMS = 100;
	MAX_BATCH_BYTES = 60 * 1024;
	MAX_BATCHES = 8; -- on their way at one time

	MAX_ORDER_BYTES = 60 * 1024;
	MAX_ORDER_LINES = 100; -- to deliver

	MAX_ANSWERS = 16; -- of one message
	MAX_LINES_PER_TICK = 500;
	MAX_LINE_BYTES = 8 * 1024; -- of facts, after which another line begins
	FULL_BATCH_BYTES = 44 * 1024; -- one more line always fits
	MAX_APPENDED_BYTES = 1024 * 1024; -- of changes to policies, beside twice the policies themselves
	MAX_DELIVERED = 2000; -- remembered: twice as many at most
	MAX_UNWRITTEN_ITEMS = 5000;
	MAX_UNACKED = 2000; -- of one stream
	MAX_PARTIES = 2000;
	MAX_COMPLAINTS = 20;
}
