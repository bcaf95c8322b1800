/** What the layout loads after its own first load: the component and its words. */
import { addWords } from "@/app/words";
import NoticeWatch from "@/notices/components/NoticeWatch.vue";
import { words } from "@/notices/watchWords";

addWords(words);

export default NoticeWatch;
