-- The kinds of facts that this module proves, each with the file that notes it. The hello names
-- them.

return {
	"accepted"; -- accepted.lib.lua
	"relayed"; -- incoming.lib.lua (to another component), written.lib.lua (to another server)
	"sent"; -- written.lib.lua
	"stored"; -- stored.lib.lua, unasked.lib.lua
	"kept"; -- written.lib.lua (while the session is away), acknowledged.lib.lua (when it loses its connection)
	"acked"; -- acknowledged.lib.lua
	"received"; -- answers.lib.lua
	"displayed"; -- answers.lib.lua
	"failed"; -- failed.lib.lua; told by incoming, written and stored.lib.lua
	"lost"; -- acknowledged.lib.lua, unasked.lib.lua
}
