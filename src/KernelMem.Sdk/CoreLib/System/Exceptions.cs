namespace System;

// Exceptions exist so that code which names them compiles. Throwing one needs an allocation and an unwinder:
// the link refuses both. No catch block ever runs.

public class Exception
{
    public Exception()
    {
    }

    public Exception(string message)
    {
    }

    public Exception(string message, Exception innerException)
    {
    }

    public virtual string Message => null;
}

public class SystemException : Exception
{
    public SystemException()
    {
    }

    public SystemException(string message)
    {
    }
}

public class ArgumentException : SystemException
{
    public ArgumentException()
    {
    }

    public ArgumentException(string message)
    {
    }
}

public class ArgumentNullException : ArgumentException
{
    public ArgumentNullException()
    {
    }

    public ArgumentNullException(string paramName)
    {
    }
}

public class ArgumentOutOfRangeException : ArgumentException
{
    public ArgumentOutOfRangeException()
    {
    }

    public ArgumentOutOfRangeException(string paramName)
    {
    }
}

public class InvalidOperationException : SystemException
{
    public InvalidOperationException()
    {
    }

    public InvalidOperationException(string message)
    {
    }
}

public class NotSupportedException : SystemException
{
    public NotSupportedException()
    {
    }

    public NotSupportedException(string message)
    {
    }
}

public class OverflowException : SystemException
{
    public OverflowException()
    {
    }

    public OverflowException(string message)
    {
    }
}
