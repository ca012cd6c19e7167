import { bundleOf } from '../../scripts/bundle.ts';

export default bundleOf(new URL('.', import.meta.url));
