namespace System;

// Delegates are here because the compiler and ILC insist on the types. Making one allocates, so the link refuses it:
// a kernel uses function pointers.

public abstract class Delegate
{
    // Names are a contract with ILC's delegate thunks.
    internal object _firstParameter;
    internal object _helperObject;
    internal nint _extraFunctionPointerOrData;
    internal IntPtr _functionPointer;

    private void InitializeClosedInstance(object firstParameter, IntPtr functionPointer)
    {
        _firstParameter = firstParameter;
        _functionPointer = functionPointer;
    }
}

public abstract class MulticastDelegate : Delegate
{
}

public delegate void Action();

public delegate void Action<in T>(T obj);

public delegate TResult Func<out TResult>();

public delegate TResult Func<in T, out TResult>(T arg);

public delegate TResult Func<in T1, in T2, out TResult>(T1 arg1, T2 arg2);
