// What a test asks of the server, as Erlang for erlang/receipts_test_control.erl; `Args` is bound.

const control = (name: string, args: string) =>
  `${args} = Args, receipts_test_control:${name}(${args.slice(1, -1)})`;

/** Arguments: JID, password. */
export const CREATE_USER = control('register', '[Jid, Password]');

/** Argument: JID. */
export const DELETE_USER = control('delete', '[Jid]');

/** Arguments: JID, contact, subscription. Another server's user is left out. */
export const SUBSCRIBE = control('subscribe', '[Jid, Contact, Subscription]');

/** Arguments: load, unload or reload; host; name. */
export const MANAGE_MODULE = `[Verb, Host, Name] = Args,
apply(receipts_test_control, binary_to_atom(Verb), [Host, binary_to_atom(<<"mod_", Name/binary>>)])`;

/** Argument: domains with their ports. */
export const ADD_PEERS = control('learn_peers', '[Peers]');

/** Argument: ports. Returns those that nothing listens on, as text. */
export const CLOSED_PORTS = control('closed_ports', '[Ports]');

export const IS_STARTED = 'lists:keymember(ejabberd, 1, application:which_applications())';

/** What was said so far is in the file after that: loggers write later than they are told. */
export const WRITE_LOG = `[catch logger_std_h:filesync(Handler) || Handler <- logger:get_handler_ids()], ok`;

export const VERSION = 'iolist_to_binary(ejabberd_option:version())';
