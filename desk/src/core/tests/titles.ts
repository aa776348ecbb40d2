// Titles as a province has them: words of real ones, put together anew. The same for the same number.

import type { Line } from "../search";

const WORDS =
  "dế mèn phiêu lưu ký truyện cổ tích việt nam hoàng tử bé đất rừng phương nam lịch sử địa lý tỉnh cao bằng kỹ thuật trồng cây ăn quả nuôi lợn gà bệnh ở người và trẻ em hướng dẫn sử dụng máy tính pháp luật hôn nhân gia đình đất đai luật trẻ em sách giáo khoa toán lớp một hai ba tiếng anh văn học dân gian tày nùng hát then lượn sli người mông dao văn hóa lễ hội ẩm thực nhật ký trong tù hồ chí minh bác hồ với thiếu nhi chiến tranh hòa bình những người khốn khổ không gia đình ông già biển cả tuổi thơ dữ dội cho tôi xin một vé đi tuổi thơ mắt biếc kính vạn hoa mười vạn câu hỏi vì sao bách khoa toàn thư động vật thực vật vũ trụ sức khỏe mẹ con món ngon mỗi ngày";
const NAMES = "nguyễn trần lê phạm hoàng nông lý triệu đàm vi bế hà lục mông tô hoài ánh đoàn giỏi nam cao minh châu";

export function titles(count: number): Line[] {
  const words = WORDS.split(" ");
  const names = NAMES.split(" ");
  let seed = 7;
  const next = (most: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * most);
  };
  const some = (from: string[], least: number, most: number): string =>
    Array.from({ length: least + next(most - least + 1) }, () => from[next(from.length)]).join(" ");
  return Array.from({ length: count }, (_, id) => ({
    id: String(id),
    main: `${some(words, 3, 9)}${next(5) ? "" : ` : tập ${next(20)}`}`,
    second: some(names, 2, 3),
  }));
}
