import type { Owner } from '../app.ts';

const NAMESPACE = 'http://psi-im.org/options';

/** One window; no port of its own, so that two can run; nothing that pops up. */
export const OPTIONS = `<!DOCTYPE options>
<options xmlns="${NAMESPACE}" version="1.4.554">
 <options>
  <p2p><bytestreams><listen-port type="int">0</listen-port></bytestreams></p2p>
  <vcard><query-own-vcard-on-login type="bool">false</query-own-vcard-on-login></vcard>
  <ui>
   <tabs><grouping type="QString">ACM</grouping><use-tabs type="bool">true</use-tabs></tabs>
   <tip><show type="bool">false</show></tip>
   <contactlist>
    <saved-window-geometry type="QRect">
     <x>0</x><y>0</y><width>900</width><height>600</height>
    </saved-window-geometry>
   </contactlist>
   <notifications>
    <passive-popups><enabled type="bool">false</enabled></passive-popups>
   </notifications>
  </ui>
 </options>
</options>
`;

/** It asks for the password. */
export function accountFor({ jid, ports }: Owner): string {
  const values = [
    ['enabled', 'bool', true],
    ['auto', 'bool', true],
    ['name', 'QString', jid.replace(/@.*/, '')],
    ['jid', 'QString', jid],
    ['use-host', 'bool', true],
    ['host', 'QString', '127.0.0.1'],
    ['port', 'int', ports.c2s],
    ['ssl', 'QString', 'no'],
    ['allow-plain', 'QString', 'always'],
    ['automatic-resource', 'bool', false],
    ['resource', 'QString', 'psi'],
    ['legacy-ssl-probe', 'bool', false],
    ['enable-sm', 'bool', true],
  ];
  const lines = values.map(([name, type, value]) => `<${name} type="${type}">${value}</${name}>`);
  return `<!DOCTYPE accounts>
<accounts xmlns="${NAMESPACE}" version="1.4.554">
 <accounts>
  <a0>${lines.join('\n')}</a0>
 </accounts>
</accounts>
`;
}
