import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';

/** ISO 8601 in UTC on the wire; inside, milliseconds since 1970 go out and a Date comes in. */
export const DateTime = new GraphQLScalarType({ ...GraphQLDateTime.toConfig(), description: 'ISO 8601, UTC: 2026-01-31T10:15:30.000Z' });
