-- Before all tests, once: since Prosody 13.0 its loader finds prosody.util.* in the folder of util.*.
-- It adds to package.searchers each time that it is loaded, so no test file may load it.

pcall(require, "loader");
