/** How many lines fly over the picture: this device's choice; none where motion is unwelcome. */
import { ref, type Ref } from "vue";

import { keepLocally, keptLocally } from "@/lib/kept";
import { DENSITIES, type Density } from "@/livestream/danmaku";

const NAME = "jobfair.live.density";
let shared: Ref<Density> | null = null;

export function useDensity(): { density: Ref<Density>; next: () => void } {
  const density = (shared ??= ref(initial()));
  return {
    density,
    next() {
      density.value = DENSITIES[(DENSITIES.indexOf(density.value) + 1) % DENSITIES.length] ?? "off";
      keepLocally(NAME, density.value);
    },
  };
}

function initial(): Density {
  const kept = keptLocally<string>(NAME);
  const known = DENSITIES.find((one) => one === kept);
  if (known !== undefined) return known;
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "off" : "some";
}
