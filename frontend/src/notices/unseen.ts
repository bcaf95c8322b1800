/** How many notices wait to be seen. The layout shows it; what counts comes after the first load. */
import { reactive } from "vue";

export const unseen = reactive({ count: 0, label: "" });
