/** Ordinary service talk with every harmless kind of number; nothing here may be masked. */
export const CLEAN = `
价格是762元，是豪华型酒店。
人均消费在50-100元之间，评分4.5分以上。
最低价格是1000元以上的酒店有吗？
营业时间是周一至周日 09:00-22:00。
我想找一个人均500-1000元的餐馆，评分5分。
您的订单号2024091512345678已经发货了。
订单号是202304151234，请您查收。
我2015年就是你们的老客户了。
2024年9月15日下午3点25分下的单。
活动时间是2024-09-15到2024-10-07。
会议定在2024/9/15 14:30开始。
我要打12315投诉你们！
不行我就打12345，或者找12378。
请拨打95588或者10086咨询。
有危险就打110，着火打119。
您的工号是1683对吗？
房间在12号楼3单元1202室。
今天的余额是50000元。
本月账单一共1,234,567元。
转账500000元，分12期，每期41667元。
温度是37.5度，湿度百分之六十。
一会儿我给您回电话，您稍等一下。
三百五十万两千块钱不是小数目。
这两个套餐差一百二十块。
九九八十一，五五开，一一对应。
请不要把验证码告诉任何人。
您的密码忘记了吗？可以在网上重置。
银行卡丢了要怎么补办，要多少钱，20块吗？
信用卡从2019年开始就没用过了。
卡里扣了我3000块钱，账户余额只有200元了。
型号是HEM-7200的血压计。
保养周期是10000公里或12个月。
速8酒店离天安门大概3公里，打车25元。
798艺术区和北京欢乐谷都不错，门票195元。
比分是3:2，时间还剩05:30。
第一点，第二点，第三点我都说过了。
积分有128000积分，可以换5件礼品。
已经等了二十分钟了，第三次打电话了。
五一和十一假期，三四月份都可以。
微信群里@所有人发个通知。
The total is $1,299.99 and the tax is 8%.
I have been a customer since 2009, and it was fine in 2015.
We open at 9:30 and close at 22:00 on 11/22/2024.
I have two or three questions, one more thing.
Your order 2024091512345678 has shipped.
It costs five hundred dollars, or four thousand two hundred a year.
The room is on the 12th floor, number 1204.
My card was declined twice, in 2021 and 2022.
What is the code of conduct here?
I forgot my password, can you reset it?
He scored 98 points out of 100.
Version 2.11 came out on 2024-03-12.
`
  .trim()
  .split('\n');
