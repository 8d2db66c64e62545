import { Chance } from '@earshot/testkit';
import { readTexts } from './lib/corpus.js';
import { measure } from './lib/measure.js';
const texts = readTexts(new Chance(1)).slice(0, 8000);
const short = texts.map(t=>Buffer.from(t.slice(0,6),'utf16le').toString('utf16le'));
let sink=0; const codes=new Uint16Array(65536).map((_,i)=>i>>3);
const buf = Buffer.allocUnsafeSlow(8192); const units = new Uint16Array(buf.buffer);
function raw(t:string){let s=0; for(let i=0;i<t.length;i++) s+=codes[t.charCodeAt(i)]!; return s;}
function bulk(t:string){let s=0; const n=t.length; buf.write(t,0,'utf16le'); for(let i=0;i<n;i++) s+=codes[units[i]!]!; return s;}
function ucs(t:string){let s=0; const n=t.length; (buf as any).ucs2Write(t,0,n*2); for(let i=0;i<n;i++) s+=codes[units[i]!]!; return s;}
for (const [name,list] of [['full',texts],['short',short]] as const) {
const chars = list.reduce((s,t)=>s+t.length,0);
const side=(name:string,f:(t:string)=>number)=>({name,pass:()=>{for(const t of list) sink+=f(t); return chars;}});
const r = await measure([side('raw',raw),side('bulk',bulk),side('ucs',ucs)],9);
console.log(name, r.map(x=>`${x.name} ${x.medianNs.toFixed(1)} (${x.lowNs.toFixed(1)})`).join('  '));
}
console.log(sink);
