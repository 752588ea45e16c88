local receipts = require "receipts";
local st = require "util.stanza";

describe("written:", function ()
	local broken, complaints, on_written;

	-- What the filter calls, and raises an error if it is the broken part.
	local function part(name)
		return function ()
			if broken == name then error(name .. " failed", 0); end
			return false;
		end
	end

	before_each(function ()
		broken, complaints = nil, {};
		on_written = receipts.new_module():require "written" {
			addresses = { party_of = part "party_of"; parties_of = part "parties_of"; is_own_echo = part "is_own_echo" };
			tracked = {
				survey = function () return { tracked = false }; end;
				is_known_untracked = part "is_known_untracked"; is_tracked = part "is_tracked";
				is_tracked_delivery = part "is_tracked_delivery"; is_from_room = part "is_from_room";
				is_archived_for = part "is_archived_for"; IS_CONVERSATION = { chat = true };
			};
			failed = { note = part "note_failed" };
			acknowledged = { add = part "await_acknowledgement" };
			unasked = { add = part "await_asking"; forget_asked = part "forget_asked" };
			add_fact = part "add_fact";
			complain = function (problem) table.insert(complaints, problem); end;
		}.on_written;
	end);

	local function write()
		local stanza = st.message({ type = "error"; id = "m1" });
		return stanza, on_written(stanza, { type = "c2s"; host = receipts.HOST; receipts_unasked = {} });
	end

	for _, name in ipairs { "forget_asked"; "is_known_untracked"; "note_failed" } do
		it("a stanza is written although our " .. name .. " fails, and the failure is logged", function ()
			broken = name;
			local stanza, passed = write();
			assert.equal(stanza, passed);
			assert.same({ name .. " failed" }, complaints);
		end);
	end

	it("a stanza is written as it is, and nothing is logged, if nothing fails", function ()
		local stanza, passed = write();
		assert.equal(stanza, passed);
		assert.same({}, complaints);
	end);
end);
