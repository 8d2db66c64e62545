import { Chance } from '@earshot/testkit';
import { compilePhrases } from '@earshot/rules/match';
import { AhoCorasick } from '@monyone/aho-corasick/fast';
import { makePhrases, readTexts } from './lib/corpus.js';
import { measure } from './lib/measure.js';
const texts = readTexts(new Chance(1)).slice(0, 8000);
const chars = texts.reduce((s,t)=>s+t.length,0);
let sink=0; const codes=new Uint16Array(65536).map((_,i)=>i>>3);
for (const size of [100, 1000, 10000]) {
const phrases = makePhrases(new Chance(1+size), texts, { count: size, cut: 0.002 });
const m = compilePhrases(phrases); const a = new AhoCorasick(phrases);
const r = await measure([{name:'ours',pass:()=>{for(const t of texts) sink+=m.scan(t).hits.length; return chars;}},{name:'mony',pass:()=>{for(const t of texts) sink+=a.matchInText(t).length; return chars;}},
{name:'raw',pass:()=>{for(const t of texts) for(let i=0;i<t.length;i++) sink+=codes[t.charCodeAt(i)]; return chars;}}],9);
console.log(size, r.map(x=>`${x.name} ${x.medianNs.toFixed(1)} (${x.lowNs.toFixed(1)})`).join('  '), (r[1].medianNs/r[0].medianNs).toFixed(2));
}
