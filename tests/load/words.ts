/** What the planted rules look for; `rules/*.yaml` holds the same words. */
export const PLANTED = {
  phrase: '叫记者来采访你们门店',
  partial: '催我把口令念出来',
  first: '这笔钱究竟去了哪里',
  then: '这件事不归我们管',
  greeting: '很高兴为您服务',
  next: '明早就去营业厅门口等',
} as const;

/** Ordinary talk: none of it holds a planted phrase or a figure. */
export const FILLERS = [
  '我想问一下上个月的账单是怎么算出来的',
  '麻烦您稍等一下我帮您查一查',
  '好的那我在线上等您回复',
  '我的套餐是不是已经升级成功了',
  '系统这边显示您的业务正在办理当中',
  '那大概需要多长时间才能处理完呢',
  '您看这样可以吗我先给您登记下来',
  '地址还是原来那个没有变过',
  '嗯嗯我明白您的意思了',
  '之前那位同事说会有人给我回电话',
  '请问还有其他可以帮到您的吗',
  '这个月的流量用得特别快是什么原因',
  '我重新登录了一遍页面还是打不开',
  '您可以在手机上点开我的订单看一下',
  '谢谢您的耐心等待已经查到了',
  '如果不满意的话可以随时取消',
] as const;
