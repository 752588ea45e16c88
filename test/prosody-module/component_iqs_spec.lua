local receipts = require "receipts";
local st = require "util.stanza";

local FEED = "xmpp-receipts:feed:1";

describe("component iqs:", function ()
	local order, sent, complaints, greeted, counted, is_component;

	before_each(function ()
		sent, complaints, greeted, counted, is_component = {}, {}, 0, {}, true;
		local takes = {};
		local on_component_iq = receipts.new_module():require "component_iqs" {
			component = { is_origin = function () return is_component; end; learn = function () end };
			feed = {};
			counts = { add = function (name) table.insert(counted, name); end };
			hello = {
				make = function () return takes.hello(); end;
				greet = function () greeted = greeted + 1; end;
			};
			take_policies = function (tag) return takes.policies(tag); end;
			take_deliveries = function (tag) return takes.deliver(tag); end;
			may_remind = function (tag) return takes["may-remind"](tag); end;
			complain = function (problem) table.insert(complaints, problem); end;
		};
		function order(name, take)
			takes[name] = take;
			local stanza = st.iq({ type = name == "hello" and "get" or "set"; id = "1" }):tag(name, { xmlns = FEED }):up();
			return on_component_iq {
				stanza = stanza;
				origin = { send = function (answer) table.insert(sent, answer); end };
			};
		end
	end);

	local function fail()
		error("the disk is on fire", 0);
	end

	for _, name in ipairs { "hello"; "policies"; "deliver"; "may-remind" } do
		it("an order that fails (" .. name .. ") is answered once, by internal-server-error, and the failure is logged", function ()
			assert.is_true(order(name, fail));
			assert.equal(1, #sent);
			local kind, condition = sent[1]:get_error();
			assert.same({ "wait"; "internal-server-error" }, { kind; condition });
			assert.same({ "the disk is on fire" }, complaints);
		end);

		it("an order that is carried out (" .. name .. ") is answered once, by its result", function ()
			assert.is_true(order(name, function () return st.stanza(name, { xmlns = FEED }); end));
			assert.equal(1, #sent);
			assert.equal("result", sent[1].attr.type);
			assert.is_truthy(sent[1]:get_child(name, FEED));
			assert.same({}, complaints);
		end);
	end

	it("an order that is refused is answered by the error that says why", function ()
		order("policies", function () return nil, "cancel", "item-not-found"; end);
		local kind, condition = sent[1]:get_error();
		assert.same({ "cancel"; "item-not-found" }, { kind; condition });
	end);

	it("an order of somebody else is refused and counted", function ()
		is_component = false;
		for place, name in ipairs { "hello"; "policies"; "deliver"; "may-remind" } do
			assert.is_true(order(name, fail));
			local kind, condition = sent[place]:get_error();
			assert.same({ "auth"; "forbidden" }, { kind; condition });
			assert.same({ place; "orders-refused" }, { #counted; counted[place] });
		end
	end);

	it("an order that is a hello is answered, and then the module says hello as well", function ()
		order("hello", function () return st.stanza("hello", { xmlns = FEED }); end);
		assert.equal(1, greeted);
	end);
end);
