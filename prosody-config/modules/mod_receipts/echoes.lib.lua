-- Errors that are no failure of a message, because they are for an answer (RFC 6120 section 8.3.1).
-- Not every error holds what it is for, and from some an answer was taken out: so the ids of the
-- answers are remembered for a while. A message under the same id looks the same: of that one no
-- failure is reported then.

local lately = module:require "lately" ("echoes");

return function (needs)
	local parties_of, are_on_top_of = needs.addresses.parties_of, needs.answers.are_on_top_of;
	local echoes = {};

	local function key_of(from, to, id)
		return from.bare .. "\n" .. to.bare .. "\n" .. (id or "");
	end

	-- An answer goes out: an error for it comes the other way.
	function echoes.expect(answer)
		local from, to = parties_of(answer);
		lately.remember(key_of(to, from, answer.attr.id));
	end

	-- An answer is taken out of this error. Without it nobody could see later that it is the echo of one.
	function echoes.remember(failure)
		local from, to = parties_of(failure);
		lately.remember(key_of(from, to, failure.attr.id));
	end

	function echoes.has(failure)
		if are_on_top_of(failure) then return true; end
		local from, to = parties_of(failure);
		return lately.has(key_of(from, to, failure.attr.id));
	end

	return echoes;
end
