-- What a sender asks for in <report/>: certain statuses, and for how long silence is fine
-- (docs/protocol.md section 3.2).

local fields = module:require "fields";
local limits = module:require "limits";
local encode = fields.encode;
local find, format, gsub, match, sub = string.find, string.format, string.gsub, string.match, string.sub;
local tonumber = tonumber;

local MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60;

local function take(text, unit) --> its number, and the rest
	local digits, rest = match(text, "^(%d+)" .. unit .. "(.*)$");
	return tonumber(digits or 0), rest or text;
end

-- A duration of XML Schema, without years, months and fractions.
local function seconds_in(duration) --> nil: it cannot be read
	local date, mark, time = match(duration, "^P([%dD]*)(T?)([%dHMS]*)$");
	if not date or (mark == "T") ~= (time ~= "") or date .. time == "" then return nil; end
	local days, hours, minutes, seconds;
	days, date = take(date, "D");
	hours, time = take(time, "H");
	minutes, time = take(time, "M");
	seconds, time = take(time, "S");
	if date .. time ~= "" then return nil; end
	return days * DAY + hours * HOUR + minutes * MINUTE + seconds;
end

local function until_details(status)
	if #status > limits.MAX_WORD_BYTES or not find(status, "^[a-z-]+$") then return ""; end
	return " until=" .. status;
end

local function watch_details(attr, count)
	local seconds = #attr.within <= limits.MAX_WORD_BYTES and seconds_in(attr.within);
	if not seconds or seconds < 1 or seconds > limits.MAX_WITHIN then
		count("unwatched-within");
		return "";
	end
	return format(" within=%.0f", seconds) .. until_details(attr["until"] or "");
end

local function status_details(attr)
	local statuses = match(attr.statuses or "", "^%s*(.-)%s*$");
	return " report=" .. encode(sub(gsub(statuses, "%s+", ","), 1, limits.MAX_ID_BYTES));
end

-- Who only waits for an answer gets the receipts that everybody gets.
return function (tag, count) --> the details of the message
	local attr = tag.attr;
	if not attr.within then return status_details(attr); end
	return (attr.statuses and status_details(attr) or "") .. watch_details(attr, count);
end
