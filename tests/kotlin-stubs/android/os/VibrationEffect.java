package android.os;

public abstract class VibrationEffect {
    public static final int DEFAULT_AMPLITUDE = -1;
    public static final int EFFECT_CLICK = 0;
    public static final int EFFECT_TICK = 2;
    public static native VibrationEffect createOneShot(long milliseconds, int amplitude);
    public static native VibrationEffect createPredefined(int effectId);
}
