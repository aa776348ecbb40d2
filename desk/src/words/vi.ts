// Every text of the desk, in Vietnamese. English has the same keys: a missing one is a type error.
export const vi = {
  desk: "Quầy",
  start_title: "Máy này chưa là quầy của nơi nào",
  start_what: "Ở điểm phục vụ, mở Việc → Máy làm quầy và quét mã QR ở đó. Làm một lần, lúc có mạng.",
};
