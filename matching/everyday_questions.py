"""Questions about anything, as people type them: what questions have in common, whatever they are about."""

EVERYDAY_QUESTIONS = (
    "手机充电的时候发烫怎么办？", "快递显示签收了可是我没收到。", "孩子不肯自己睡怎么办？",
    "最近老是累，检查又没问题。", "能不能分期付？", "面团总是发不起来，哪里不对？",
    "三月份带两个孩子去云南住哪好？", "密码忘了，验证码收不到。", "猫整天睡觉正常吗？",
    "暖气半夜咚咚响。", "五十岁学吉他晚吗？", "余额从昨天起就不对了。", "上班十公里买什么车好？",
    "婆婆总是挑我做的菜。", "拉链用了两周就坏了。", "明天要交证件照，来得及吗？", "鸡要炖多久？",
    "一下雨车就打不着火。", "怎么再加一个用户？", "又有人占我的车位。",
    "Why does my laptop get so hot when I charge it?", "My package says delivered but it isn't here.",
    "How do I get my son to sleep in his own bed?",
    "I've been tired for weeks and my doctor found nothing.", "Can I pay in three parts?",
    "My sourdough never rises, what am I doing wrong?",
    "We're going to Lisbon in March, where should we stay with two kids?",
    "I forgot my password and the reset mail doesn't come.", "Is it normal that my cat sleeps all day?",
    "My boiler makes a knocking noise at night.", "I want to learn the guitar at 50, too late?",
    "The app shows the wrong balance since yesterday.",
    "Which bike would you take for ten miles to work?",
    "My mother-in-law comments on everything I cook.", "The zip of the jacket broke after two weeks.",
    "I need a passport photo by tomorrow.", "How long do I cook a chicken of three kilos?",
    "My car won't start when it rains.", "I'm new here, how do I add a second user?",
    "Someone parked in my spot again.",
)  # fmt: skip
