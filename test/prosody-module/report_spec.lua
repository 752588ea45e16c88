local receipts = require "receipts";
local st = require "util.stanza";

describe("the details of <report/>:", function ()
	local details_of, counted;

	before_each(function ()
		local details = receipts.new_module():require "report";
		counted = {};
		local function count(name) table.insert(counted, name); end
		function details_of(attr)
			attr.xmlns = "xmpp-receipts:1";
			return details(st.stanza("report", attr), count);
		end
	end);

	local READ = {
		PT1S = 1; PT30M = 1800; PT1H30M = 5400; PT90M = 5400; PT36H = 129600; P1D = 86400; P1DT1S = 86401;
		P30D = 2592000; PT720H = 2592000; PT2592000S = 2592000; PT0M1S = 1; P0DT5M = 300; PT007S = 7;
	};
	for duration, seconds in pairs(READ) do
		it("within is told in seconds, " .. duration, function ()
			assert.equal((" within=%d"):format(seconds), details_of { within = duration });
		end);
	end

	local IGNORED = {
		""; "P"; "PT"; "P1DT"; "30M"; "PT30"; "30"; "P1M"; "P1Y"; "P1W"; "PT1.5S"; "PT-1S"; "-PT1S"; "PT0S"; "P0D"; "PT1M1H"; "PT1H1H";
		"P1H"; "PT1D"; "P31D"; "P30DT1S"; "PT2592001S"; "pt30m"; " PT30M"; "PT30M "; "PT30M\n"; "P1DTT1S"; "PT1e3S"; "PT0x1S";
		"PT" .. ("9"):rep(30) .. "S"; "PT" .. ("0"):rep(100000) .. "1S";
	};
	for _, duration in ipairs(IGNORED) do
		it(("within is ignored, and until with it, %q"):format(duration:sub(1, 40)), function ()
			assert.equal("", details_of { within = duration; ["until"] = "displayed" });
			assert.equal(" report=stored", details_of { within = duration; statuses = "stored" });
			assert.same({ "unwatched-within"; "unwatched-within" }, counted);
		end);
	end

	it("until is the name of a status, and nothing else", function ()
		assert.equal(" within=60 until=displayed", details_of { within = "PT1M"; ["until"] = "displayed" });
		for _, status in ipairs { ""; "a b"; "a%"; "a=b"; "Displayed"; "d\tm"; ("d"):rep(33); "displayed failed" } do
			assert.equal(" within=60", details_of { within = "PT1M"; ["until"] = status });
		end
		assert.equal(" report=", details_of { ["until"] = "displayed" });
	end);

	it("statuses that are not there are no statuses, unless only within is asked for", function ()
		assert.equal(" report=", details_of {});
		assert.equal(" report=", details_of { statuses = "" });
		assert.equal(" within=60", details_of { within = "PT1M" });
		assert.equal(" report= within=60", details_of { within = "PT1M"; statuses = "" });
	end);

	it("statuses and within stand side by side", function ()
		assert.equal(" report=stored,failed within=60 until=displayed",
			details_of { statuses = " stored  failed "; within = "PT1M"; ["until"] = "displayed" });
	end);
end);
