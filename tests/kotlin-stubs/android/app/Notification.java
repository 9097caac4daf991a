package android.app;

import android.content.Context;
import android.graphics.drawable.Icon;
import android.media.session.MediaSession;

public class Notification {
    public static final int VISIBILITY_PUBLIC = 1;
    public static final int VISIBILITY_PRIVATE = 0;
    public static final int VISIBILITY_SECRET = -1;
    public static final int FOREGROUND_SERVICE_IMMEDIATE = 1;
    public static final String CATEGORY_REMINDER = "reminder";
    public static abstract class Style { }
    public static class BigTextStyle extends Style {
        public BigTextStyle() { }
        public native BigTextStyle bigText(CharSequence text);
    }
    public static class MediaStyle extends Style {
        public MediaStyle() { }
        public native MediaStyle setMediaSession(MediaSession.Token token);
        public native MediaStyle setShowActionsInCompactView(int... actions);
    }
    public static class Action {
        public static final class Builder {
            public Builder(Icon icon, CharSequence title, PendingIntent intent) { }
            public native Action build();
        }
    }
    public static class Builder {
        public Builder(Context context, String channelId) { }
        public native Builder setSmallIcon(int icon);
        public native Builder setContentTitle(CharSequence title);
        public native Builder setContentText(CharSequence text);
        public native Builder setContentIntent(PendingIntent intent);
        public native Builder setShowWhen(boolean show);
        public native Builder setVisibility(int visibility);
        public native Builder addAction(Action action);
        public native Builder setStyle(Style style);
        public native Builder setForegroundServiceBehavior(int behavior);
        public native Builder setCategory(String category);
        public native Builder setAutoCancel(boolean autoCancel);
        public native Builder setOnlyAlertOnce(boolean onlyAlertOnce);
        public native Builder setTimeoutAfter(long durationMs);
        public native Builder setPublicVersion(Notification n);
        public native Notification build();
    }
}
