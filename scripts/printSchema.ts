import { writeFileSync } from 'node:fs';
import { accessText } from '../src/resolvers/accessTable.ts';
import { schemaText, servedSchema } from '../src/resolvers/schema.ts';

writeFileSync(new URL('../schema.graphql', import.meta.url), schemaText());
writeFileSync(new URL('../docs/access.md', import.meta.url), accessText(servedSchema()));
