-- The words of what restricts what may be told. A component that does not know one of them leaves it
-- out (docs/protocol.md section 2.2); its hello says which it knows.

local concat, find, gmatch, match = table.concat, string.find, string.gmatch, string.match;
local ipairs = ipairs;

local FACTS = { "unseen"; "kept" };
local LINES = { "emptied"; "restarted" };

local restricting = {};

function restricting.is_known(words) --> does a component that knows these know all of ours?
	local known = {};
	for word in gmatch(words or "", "%S+") do known[word] = true; end
	for _, ours in ipairs({ FACTS; LINES }) do
		for _, word in ipairs(ours) do
			if not known[word] then return false; end
		end
	end
	return true;
end

-- Hardly any batch has one, and finding is quick.
local function has_any(text)
	for _, word in ipairs(FACTS) do
		if find(text, "\t" .. word .. " ", 1, true) then return true; end
	end
	for _, word in ipairs(LINES) do
		if find("\n" .. text, "\n" .. word .. "\t", 1, true) then return true; end
	end
	return false;
end

local is_restricting = {};
for _, word in ipairs(FACTS) do is_restricting[word] = true; end
for _, word in ipairs(LINES) do is_restricting[word] = true; end

-- The message, its occupant if it has one, and what restricts.
local function part_of_message(line) --> nil: nothing in it does
	local fields, count, is_any = {}, 0, false;
	for field in gmatch(line, "[^\t]+") do
		local word = match(field, "^%l+");
		local is_wanted = count >= 4 and is_restricting[word] or false;
		is_any = is_any or is_wanted;
		if count < 4 or is_wanted or word == "occupant" then
			count = count + 1;
			fields[count] = field;
		end
	end
	return is_any and concat(fields, "\t") or nil;
end

-- What of these lines restricts, each line with its LF.
function restricting.part_of(text) --> text, lines
	if not has_any(text) then return "", 0; end
	local parts, count = {}, 0;
	for line in gmatch(text, "[^\n]+") do
		local kind = match(line, "^%l+");
		local part = kind == "message" and part_of_message(line) or is_restricting[kind] and line;
		if part then
			count = count + 1;
			parts[count] = part .. "\n";
		end
	end
	return concat(parts), count;
end

return restricting;
