import type { LiveData } from '../data/liveData.ts';
import type { Device } from '../kernels/device.ts';
import { attentionRows } from '../models/attention.ts';
import type { HybridFit } from '../models/hybrid.ts';
import { LiveAttention } from '../online/liveAttention.ts';
import { LiveHybrid } from '../online/liveHybrid.ts';
import { countsOf, describeAll, fittedNodes } from './describe.ts';
import { graphOf, newest } from './lessons.ts';
import type { MemberFits } from './members.ts';

/**
 * Attention and heads ready to serve: one layer forward gives the rows of all nodes as of the fit's table.
 * @param data what that table was made from @param bounds levels of ratings that the attention was fitted to
 */
export async function publishHybrid(
  fit: HybridFit & { readonly logVarianceShift: number },
  bounds: Float64Array,
  fits: MemberFits,
  data: LiveData,
  device: Device | null,
): Promise<LiveHybrid> {
  const { table, vocabulary } = fits;
  const attention = new LiveAttention(fit.attention, bounds, vocabulary);
  const nodes = fittedNodes(fits);
  const counts = countsOf(table, table.r.length);
  const { userFeatures, movieFeatures } = describeAll(fits, nodes, counts);
  const { edges } = graphOf(table, bounds);
  const rows = await attentionRows(fit.attention, userFeatures, movieFeatures, newest(edges), device);
  attention.place({ nodes, counts, rows }, data);
  return new LiveHybrid({ attention, bnn: fit.bnn, hybrid: fit.hybrid, logVarianceShift: fit.logVarianceShift });
}
