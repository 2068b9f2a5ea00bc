import { computed, signal } from '@preact/signals';
import { hrefOf, parseRoute, type Route } from '../route.ts';

const fragment = signal(location.hash);
addEventListener('hashchange', () => {
  fragment.value = location.hash;
});

/** Where the page is. */
export const route = computed(() => parseRoute(fragment.value));

export function navigate(to: Route): void {
  location.hash = hrefOf(to);
}
