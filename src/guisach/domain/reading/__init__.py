"""What readers keep of their own reading, because they wish it: history, diary, challenge. Nobody else reads it."""
