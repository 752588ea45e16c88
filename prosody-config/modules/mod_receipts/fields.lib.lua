-- The fields of a line. Control characters, space and "%" are written as "%" and two hexadecimal
-- digits (docs/protocol.md section 2.2).

local limits = module:require "limits";
local byte, char, find, format, gsub = string.byte, string.char, string.find, string.format, string.gsub;
local pairs, select, tonumber = pairs, select, tonumber;

local MAX_ID_BYTES = limits.MAX_ID_BYTES;

local fields = {};

local function encode_byte(character)
	return format("%%%02X", byte(character));
end

function fields.encode(text)
	if find(text, "^%g*$") and not find(text, "%", 1, true) then return text; end -- plain ASCII
	return (gsub(text, "[%c %%]", encode_byte));
end

local function decode_byte(digits)
	return char(tonumber(digits, 16));
end

-- Reads what encode writes, and no other way to write it.
function fields.decode(text)
	if not find(text, "%", 1, true) then return text; end
	return (gsub(text, "%%([0-7][0-9A-F])", decode_byte));
end

-- What these characters take in XML beyond the one byte that each has.
local MORE_BYTES = { ["&"] = #"&amp;" - 1; ["<"] = #"&lt;" - 1; [">"] = #"&gt;" - 1; ["'"] = #"&apos;" - 1; ["\""] = #"&quot;" - 1 };

-- How many bytes a text has in XML. Hardly any has one of those characters, and finding is quick.
function fields.weight(text)
	local weight = #text;
	for character, more in pairs(MORE_BYTES) do
		if find(text, character, 1, true) then
			weight = weight + more * select(2, gsub(text, character, ""));
		end
	end
	return weight;
end

function fields.is_usable_id(id)
	return id and id ~= "" and #id <= MAX_ID_BYTES;
end

return fields;
