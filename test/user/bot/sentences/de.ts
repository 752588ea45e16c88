import { rowsOf } from './rows.ts';

/** What people write in German. The marks are explained in rows.ts. */
export const GERMAN = rowsOf(`
# alice asks
ja => yes
Ja! => yes
Ja, danke => yes
ja bitte => yes
jawohl => yes
jo => yes
erhalten => yes
Ja, habe ich erhalten. => yes
Habe ich bekommen, danke! => yes
ich habe die Nachricht erhalten => yes
schon erhalten => yes
ist angekommen => yes
gut => yes
klar => yes
na klar => yes
alles klar => yes
ok => yes
ok, danke => yes
kein Problem => yes
in Ordnung => yes
gelesen => yes
habe ich gelesen => yes
verstanden => yes
gerne => yes
👍 => yes
nein => no
Nein danke => no
nö => no
lieber nicht => no
nicht erhalten => no
habe ich nicht erhalten => no
👎 => no
später => later
Später bitte. => later
nicht jetzt => later
keine Zeit => later
einen Moment => later
ja? => yes?
danke => yes?
Vielen Dank! => yes?
ja nein => ?
keine Ahnung => ?
ich weiß nicht => ?
wer ist das => ?
wer bist du? => help
hallo => help
ja, immer => always alice
immer für alice => always alice
immer => always alice?
nein, nie => never alice
nie für alice => never alice
nie => never alice?
richtlinie nachfragen => policy manual
richtlinie für alice@example.org verweigern => policy for alice@example.org refuse

# alice, boss and anna.lee ask
ja => which
ja alle => yes
ja boss => yes boss
nein, anna => no anna.lee
Ja an boss => yes boss
alle erhalten => yes
ja, immer für boss => always boss

# something else, and alice's question waits
ja => yes
ok => yes?
gut => yes?
alles klar => yes?
danke => silence
nein => no
lieber nicht => no?
keine Zeit => later?

# something else, and nothing waits
warum => why
warum? => why
warum höre ich nichts => why
Warum höre ich nichts? => why
warum keine bestätigung => why
warum kommt keine bestätigung => why
wieso keine antwort => why
warum habe ich nichts gehört => why
warum höre ich nichts von bob => why for bob
warum keine bestätigung von bob? => why for bob
warum hat bob nicht geantwortet => why for bob
warum bob@example.org => why for bob@example.org
warum keine bestätigung von bob@example.org => why for bob@example.org
ja => nothing waits
alles klar => silence
danke => silence
guten Morgen => help
hilfe => help
richtlinie => policy
fragen => questions
status bob@example.org => status bob@example.org
bestätigungen aufbewahrt, gescheitert => receipts stored failed
worte an => text on
worte aus => text off
sprache de => language de
Sprache Englisch => language en
sprache deutsch => language de
zeitzone => zone
meine Zeitzone => zone
Zeitzone Europe/Berlin => zone Europe/Berlin
Meine Zeitzone ist Europe/Vienna. => zone Europe/Vienna
Setze meine Zeitzone auf +01:00 => zone +01:00
zeitzone wien => zone Europe/Vienna
Zeitzone aus => zone default
zeitzone standard => zone default
richtlinie meine app => policy client
ablehnung sagen => declined tell
wie geht es dir => ?

# did you mean yes, and alice's question waits
ja => yes
ok => yes
nein => asked again

# a notice about bob, and nothing waits
erinnern => remind
erinnere ihn bitte => remind
warten => wait
warte noch eine Stunde => wait in 1 hour
noch 30 Minuten => wait in 30 minutes
lass gut sein => drop
vergiss es => drop
danke => silence

# something else, and nothing waits
sag mir, wenn bob es in 30 Minuten nicht gelesen hat => tell me if bob has not read it in 30 minutes
Sag Bescheid, falls bob@example.org die Nachricht in 2 Stunden nicht erhalten hat => tell me if bob@example.org has not got it in 2 hours
gib mir Bescheid, wenn er es bis Mittag nicht gelesen hat => tell me if they has not read it by 12:00
sag mir, wenn bob es bis 14 Uhr nicht bestätigt hat => tell me if bob has not confirmed it by 14:00
melde dich, wenn bob es in einer halben Stunde nicht gesehen hat => tell me if bob has not read it in 30 minutes
beobachte boss@example.org 10 Minuten => watch boss@example.org 10 minutes
beobachte diese Nachricht 10 Minuten => tell me if they has not got it in 10 minutes
nicht mehr beobachten boss@example.org => stop watching boss@example.org
beobachtungen => watches
sag mir, wenn bob in 30 Minuten nicht geantwortet hat => ?
`);
